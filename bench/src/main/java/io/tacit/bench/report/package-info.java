/** Pages and tables that people look at: self-contained HTML, pictures for terminals. */
@org.jspecify.annotations.NullMarked
package io.tacit.bench.report;
