"""Tests of the pages in a real browser. A package, so that what is started for it ends with it."""
