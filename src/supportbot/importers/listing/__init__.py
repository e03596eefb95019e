"""The run-together listing of a help centre, cut into articles."""
