<?php
usleep(200000);
echo "ok\n";
