/// All of Bedstone's library.
#pragma once

#include "bedstone/bootstrap.hpp"
#include "bedstone/config_manager.hpp"
#include "bedstone/config_results.hpp"
#include "bedstone/config_store.hpp"
#include "bedstone/error.hpp"
#include "bedstone/initializer.hpp"
#include "bedstone/library.hpp"
#include "bedstone/migrations.hpp"
#include "bedstone/options.hpp"
#include "bedstone/result.hpp"
#include "bedstone/results.hpp"
#include "bedstone/runtime_config.hpp"
#include "bedstone/schema.hpp"
#include "bedstone/secret.hpp"
#include "bedstone/seeder.hpp"
#include "bedstone/state.hpp"
