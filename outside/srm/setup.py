"""Everything stands in setup.cfg; here the catalogs are compiled before they are packed."""

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithCatalogs(build_py):
    """Write the .mo files, which are read at run time, before the package is copied."""

    def run(self) -> None:
        self.run_command("compile_catalog")
        super().run()


setup(cmdclass={"build_py": BuildWithCatalogs})
