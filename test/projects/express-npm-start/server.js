const express = require('express');

const app = express();
app.get('/', (_request, response) => response.send('hello'));
const server = app.listen(8080);

process.on('SIGTERM', () => server.close());
