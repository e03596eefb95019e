"""The routes of the service, in a module for each kind of caller or thing."""
