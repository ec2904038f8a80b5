"""The operating system: files read within limits, signals, streams, time, strings that stay hidden."""
