"""One module a command, loaded when it is called; each has its click command as `command`."""
