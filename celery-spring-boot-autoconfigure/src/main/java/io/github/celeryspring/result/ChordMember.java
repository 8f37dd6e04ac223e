package io.github.celeryspring.result;

import org.jspecify.annotations.Nullable;

/**
 * One task of the header of a chord.
 *
 * @param groupId the group that the header is: the {@code group} of the message
 * @param taskId the task
 * @param index its place in the header: the {@code group_index} of the message, or
 * {@code null} for the end
 * @since 0.1.0
 */
public record ChordMember(String groupId, String taskId, @Nullable Integer index) {

}
