/** Pages and contact sheets for people. A page is one HTML file with everything in it. */
package org.ragdiff.eval.report;
