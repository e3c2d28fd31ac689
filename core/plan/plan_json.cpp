#include "core/plan/plan_json.hpp"
