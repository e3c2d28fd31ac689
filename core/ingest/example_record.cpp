#include "core/ingest/example_record.hpp"

namespace usersync::ingest {

std::vector<std::vector<std::string>> example_record() {
    return {
        {"Employee ID", "E-mail address", "First name", "Infix", "Last name", "Job title", "Phone number", "Location",
         "Department"},
        {"000123", "jan.van.der.berg@shop.example", "Jan", "van der", "Berg", "Store manager", "+31 20 123 4567",
         "Store 12 Harbour", "Sales"},
        {"000124", "zoe.muller@shop.example", "Zoë", "", "Müller", "Shop assistant", "+31 6 1234 5678",
         "Store 12 Harbour|Store 14 Market", "Sales|Training"},
        {"004711", "francois.dupont@shop.example", "François", "", "Dupont", "Accountant", "", "Head office",
         "Finance"},
    };
}

}  // namespace usersync::ingest
