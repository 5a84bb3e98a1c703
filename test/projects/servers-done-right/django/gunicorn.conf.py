import multiprocessing

bind = "0.0.0.0:8000"
workers = multiprocessing.cpu_count() * 2 + 1
worker_tmp_dir = "/dev/shm"
timeout = 60
graceful_timeout = 20
accesslog = "-"
