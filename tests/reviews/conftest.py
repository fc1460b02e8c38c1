from hypothesis import settings

# A busy machine is no finding: property tests have no time limit per example.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
