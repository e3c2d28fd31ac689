#include "core/ingest/inspection.hpp"

#include "core/ingest/header.hpp"
#include "core/ingest/normalise.hpp"

#include <string>
#include <utility>

namespace usersync::ingest {
namespace {

Bounce without_key() {
    return {.code = "no_key_column_found",
            .sentence = "no column could be told to be the employee id; say which one it is in [columns]"};
}

void read_people(std::string_view bytes, const Mapping& mapping, const record::RecordLimits& limits,
                 const record::Decrypt& decrypt, Inspection& inspection) {
    KnownPeople nobody;
    auto outcome = ingest_bytes(bytes, mapping.columns, mapping.format, limits, nobody, {}, decrypt);
    if (auto* bounce = std::get_if<Bounce>(&outcome)) {
        inspection.bounce = std::move(*bounce);
        return;
    }
    auto& ingested = std::get<Ingested>(outcome);
    inspection.found = std::move(ingested.found);
    inspection.employees = ingested.employee_count();
    inspection.frozen = ingested.frozen.size();
    inspection.issues = std::move(ingested.issues);
    inspection.judgement = judge(ingested.facts, std::nullopt, std::nullopt, mapping.completeness);
    inspection.facts = std::move(ingested.facts);
}

}  // namespace

Inspection inspect(std::string_view bytes, const std::optional<Mapping>& mapping, const record::RecordLimits& limits,
                   const record::Decrypt& decrypt) {
    Inspection inspection;
    const auto format = mapping ? mapping->format : record::RecordFormat{};
    std::vector<std::string> names;
    if (mapping) {
        for (const auto& name : mapping->columns.column_names()) names.push_back(fold_name(name));
    }
    auto opened = record::open_record(bytes, format, limits, names, decrypt);
    if (!opened) {
        inspection.bounce = bounce_of(opened.error());
        return inspection;
    }
    inspection.found = opened->found;
    inspection.survey = survey(*opened->rows);
    opened->rows.reset();
    if (inspection.survey.failure) {
        inspection.bounce = bounce_of(*inspection.survey.failure);
        return inspection;
    }
    inspection.is_proposed = !mapping;
    Mapping used = mapping ? *mapping : Mapping{.columns = propose(inspection.survey)};
    inspection.columns = used.columns;
    if (!used.columns.fields.contains(Field::employee_id)) {
        inspection.bounce = without_key();
        return inspection;
    }
    if (!mapping && inspection.survey.header_line > 0) used.format.header_row = inspection.survey.header_line;
    read_people(bytes, used, limits, decrypt, inspection);
    return inspection;
}

}  // namespace usersync::ingest
