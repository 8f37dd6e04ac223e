package io.github.celeryspring.documentation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An {@code ACL SETUSER} of docs/using-redis.md, as a shell would pass it on.
 *
 * @param user the name of the user
 * @param rules what it may, as Redis takes it
 */
record AclLine(String user, List<String> rules) {

	static final Path DOCS = Path.of("").toAbsolutePath().getParent().resolve("docs");

	/**
	 * Reads the line for a user from the documentation.
	 */
	static AclLine of(String user) throws IOException {
		return read(user + " on");
	}

	/**
	 * Reads the line that gives a user more.
	 */
	static AclLine more(String user) throws IOException {
		return read(user + " ~");
	}

	private static AclLine read(String beginning) throws IOException {
		String text = Files.readString(DOCS.resolve("using-redis.md")).replace("'", "");
		String user = beginning.split(" ")[0];
		Matcher block = Pattern
			.compile("(?s)```shell\\nredis-cli ACL SETUSER (?=" + beginning + ")" + user + " (.*?)```")
			.matcher(text);
		assertThat(block.find()).as(beginning).isTrue();
		return new AclLine(user, Stream.of(block.group(1).replace("\\\n", " ").trim().split("\\s+")).toList());
	}

	/** The user with what another line adds. */
	AclLine and(AclLine more) {
		return new AclLine(this.user, Stream.concat(this.rules.stream(), more.rules.stream()).toList());
	}

	/** Commands, keys and channels. */
	List<String> permissions() {
		return this.rules.stream().filter((rule) -> "+~&".indexOf(rule.charAt(0)) >= 0).toList();
	}

	String password() {
		return this.rules.stream().filter((rule) -> rule.startsWith(">")).findAny().orElseThrow().substring(1);
	}

	AclLine without(List<String> permissions) {
		List<String> rest = new ArrayList<>(this.rules);
		assertThat(rest).containsAll(permissions);
		rest.removeAll(permissions);
		return new AclLine(this.user, rest);
	}

	void apply(RedisCommands<String, String> redis) {
		redis.aclDeluser(this.user);
		redis.dispatch(CommandType.ACL, new StatusOutput<>(StringCodec.UTF8),
				new CommandArgs<>(StringCodec.UTF8).add("SETUSER").add(this.user).addValues(this.rules));
	}

}
