require 'puma/cluster'

# The blackout window: once told to stop, go on serving for a while, so that the routers can follow.
module BlackoutWindow
  def stop_workers
    sleep ENV.fetch('SHUTDOWN_BLACKOUT_SECONDS', '10').to_i
    super
  end
end
Puma::Cluster.prepend(BlackoutWindow)

bind 'tcp://127.0.0.1:8080'
workers 2
threads 4, 4
