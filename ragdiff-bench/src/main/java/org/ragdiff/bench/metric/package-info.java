/** Cases of image metrics. */
package org.ragdiff.bench.metric;
