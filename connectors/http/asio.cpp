// Asio's own code, compiled once for every program (see cmake/foreign.cmake).
#include <boost/asio/impl/src.hpp>
