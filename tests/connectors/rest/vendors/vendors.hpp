#pragma once
// Every vendor that there is a preset for.

#include "tests/connectors/rest/vendors/vendor.hpp"

namespace usersync::vendors {

/// AFAS Profit: rows of a GetConnector. Without an order, or with one that is not unique, rows change places from page
/// to page, as they do in AFAS.
class Afas : public Vendor {
public:
    using Vendor::Vendor;
    bool has_filter_rights = true;
    bool has_second_contracts = false;
    bool has_replaced_field = false;
    bool is_linked = true;

protected:
    http::Response log_in(const Asked& asked) override;
    http::Response speak(const Asked& asked) override;

private:
    std::vector<json> rows() const;
    http::Response connector(const Asked& asked);
    std::size_t reads_ = 0;
};

/// Microsoft Graph: the rounds of users/delta. Guests and service accounts are among the users, and one page is empty.
class Graph : public Vendor {
public:
    explicit Graph(std::vector<Person> staff);
    std::vector<json> changes;   ///< told after the first round, in this order
    bool has_forgotten = false;  ///< the tokens of earlier rounds
    bool has_permission = true;

    static json user(const Person& person);

protected:
    http::Response log_in(const Asked& asked) override;
    http::Response speak(const Asked& asked) override;

private:
    http::Response round(std::size_t skip);
};

class Bamboo : public Vendor {
public:
    using Vendor::Vendor;
    bool shares_directory = true;

protected:
    http::Response speak(const Asked& asked) override;

private:
    http::Response dataset(const Asked& asked);
    http::Response employees(const Asked& asked);
    http::Response report(const Asked& asked);
    http::Response directory();
};

class PersonioV1 : public Vendor {
public:
    using Vendor::Vendor;
    bool allows_email = true;  ///< the attribute is allowed in the credentials
    bool loses_one = false;    ///< between two pages somebody is lost, and still counted

protected:
    http::Response log_in(const Asked& asked) override;
    http::Response speak(const Asked& asked) override;
};

class PersonioV2 : public Vendor {
public:
    using Vendor::Vendor;

protected:
    http::Response log_in(const Asked& asked) override;
    http::Response speak(const Asked& asked) override;
};

class Hibob : public Vendor {
public:
    using Vendor::Vendor;

protected:
    http::Response speak(const Asked& asked) override;
};

class Workday : public Vendor {
public:
    using Vendor::Vendor;
    bool is_bare = false;  ///< the list alone

protected:
    http::Response speak(const Asked& asked) override;
};

class SuccessFactors : public Vendor {
public:
    using Vendor::Vendor;

protected:
    http::Response log_in(const Asked& asked) override;
    http::Response speak(const Asked& asked) override;
};

/// Youforce: what is empty is left out, one person comes twice, and next links name a server of its inside.
class Youforce : public Vendor {
public:
    using Vendor::Vendor;

protected:
    http::Response log_in(const Asked& asked) override;
    http::Response speak(const Asked& asked) override;
};

class Adp : public Vendor {
public:
    using Vendor::Vendor;

protected:
    http::Response log_in(const Asked& asked) override;
    http::Response speak(const Asked& asked) override;
};

/// SCIM: gives fewer than it is asked for.
class Scim : public Vendor {
public:
    using Vendor::Vendor;
    bool has_order = true;  ///< false: from page to page another one

protected:
    http::Response speak(const Asked& asked) override;

private:
    std::size_t reads_ = 0;
};

class OData : public Vendor {
public:
    OData(std::vector<Person> staff, bool is_v4) : Vendor(std::move(staff)), is_v4_(is_v4) {}
    bool turns_in_circles = false;  ///< every page names itself as the next

protected:
    http::Response speak(const Asked& asked) override;

private:
    bool is_v4_;
};

}  // namespace usersync::vendors
