/// Reports: how the server says what a command would say; the same objects as `--json`.
#pragma once

#include <string>
#include <string_view>

#include "bootstrap/config_commands.hpp"
#include "bootstrap/config_setup.hpp"
#include "bootstrap/config_watch.hpp"
#include "bootstrap/events.hpp"
#include "bootstrap/health.hpp"

namespace bedstone::server {

/// Handed in by the command line, which knows how each is written. None is null.
struct Reports {
  std::string (*status)(const StatusReport&) = nullptr;
  std::string (*migrations)(const StatusReport&) = nullptr;
  std::string (*up)(const InitializationResult&) = nullptr;
  std::string (*runs)(const bootstrap::RunsReport&) = nullptr;
  std::string (*seeds)(const SeedStatusReport&) = nullptr;
  std::string (*config)(const ConfigReport&, std::string_view command) = nullptr;
  std::string (*explain)(const ConfigExplanation&) = nullptr;
  std::string (*history)(const ConfigHistory&) = nullptr;
  std::string (*change)(const ConfigChangeResult&, std::string_view command) = nullptr;
  std::string (*exported)(const ConfigExport&) = nullptr;
  std::string (*instances)(const bootstrap::ConfigStatusReport&) = nullptr;
  std::string (*differences)(const SeedingResult&) = nullptr;
  std::string (*plan)(const bootstrap::PlanReport&) = nullptr;
  std::string (*health)(const HealthReport&) = nullptr;
  std::string (*events)(const bootstrap::EventsReport&) = nullptr;
  std::string (*setup)(const bootstrap::SetupReport&) = nullptr;
};

}  // namespace bedstone::server
