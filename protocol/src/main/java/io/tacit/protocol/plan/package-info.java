/** What will run, and its price: decided before anything is computed, asserted by tests against what was counted. */
@org.jspecify.annotations.NullMarked
package io.tacit.protocol.plan;
