// Polynomials over GF(2) of degree below 64, bit i the coefficient of x^i: what Rabin fingerprints
// are computed by. Each repository has an irreducible one of its own, a secret.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace shopkeeper::backup {

using Polynomial = std::uint64_t;

// What the restic format demands of a repository's polynomial.
inline constexpr int kPolynomialDegree = 53;

int degree(Polynomial p);  // -1 for 0
Polynomial remainder(Polynomial p, Polynomial modulus);
// (a * b) mod modulus, for a and b of lower degree than it.
Polynomial multiply(Polynomial a, Polynomial b, Polynomial modulus);
Polynomial greatestCommonDivisor(Polynomial a, Polynomial b);

// Irreducible and of kPolynomialDegree. Source: M. O. Rabin, "Probabilistic algorithms in finite
// fields" (1980): x^(2^n) = x mod p, and x^(2^(n/q)) - x shares no factor with p for prime q | n.
bool fitForChunking(Polynomial p);

Polynomial randomPolynomial();

// Hexadecimal without "0x", as in a repository's configuration.
std::string toHex(Polynomial p);
std::optional<Polynomial> parsePolynomial(std::string_view hex);

}  // namespace shopkeeper::backup
