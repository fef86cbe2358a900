"""The log, its telemetry view, and the jobs, over REST."""
