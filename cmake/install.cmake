# What a package of Bedstone holds.
include(GNUInstallDirs)
