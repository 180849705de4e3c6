"""The workshop of the tests: stories, throw-away servers, faulty networks. docs/testing.md is the guide."""
