"""What all tests share: on a build machine hypothesis tries the same examples each time; elsewhere new ones."""

import os

from hypothesis import settings

settings.register_profile("build", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("build")
