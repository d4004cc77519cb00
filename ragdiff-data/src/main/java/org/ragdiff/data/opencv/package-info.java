/** Between the domain's pictures and OpenCV's matrices. */
package org.ragdiff.data.opencv;
