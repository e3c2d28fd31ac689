#include "daemon/runtime/lanes.hpp"

#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>

#include <map>

namespace usersync::runtime {

namespace asio = boost::asio;

using Strand = asio::strand<asio::thread_pool::executor_type>;

struct Lanes::Pools {
    explicit Pools(const LaneSizes& sizes) : store(sizes.store), sftp(sizes.sftp), compute(sizes.compute) {}
    asio::thread_pool store;
    asio::thread_pool sftp;
    asio::thread_pool compute;
    std::map<TenantId, Strand> tenants;  // after the pools: a strand dies before what it runs on
};

Lanes::Lanes(LaneSizes sizes) : pools_(std::make_unique<Pools>(sizes)) {}

Lanes::~Lanes() { join(); }

asio::any_io_executor Lanes::store(const TenantId& tenant) {
    const auto place = pools_->tenants.try_emplace(tenant, asio::make_strand(pools_->store.get_executor())).first;
    return place->second;
}

asio::any_io_executor Lanes::sftp() { return pools_->sftp.get_executor(); }

asio::any_io_executor Lanes::compute() { return pools_->compute.get_executor(); }

void Lanes::join() {
    pools_->sftp.join();
    pools_->compute.join();
    pools_->store.join();
}

}  // namespace usersync::runtime
