const app = require('fastify')({ logger: true });

app.get('/healthz', async () => ({ ok: true }));
app.get('/parcels/:id', async (request) => ({ id: request.params.id }));

app.listen({ host: '0.0.0.0', port: 3000 });

process.once('SIGTERM', async () => {
  app.log.info('stopping');
  await app.close();
});
