/** What SecureNets costs in every mode, beside plain local evaluation and the paper's own figures. */
@org.jspecify.annotations.NullMarked
package io.tacit.bench.securenets;
