/** What is wrong with an installation, and which side must change what. */
@org.jspecify.annotations.NullMarked
package io.tacit.server.doctor;
