import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Checks a folder of deployed artifacts by the rules of Maven Central
 * (https://central.sonatype.org/publish/requirements): FOLDER VERSION. Fails with a list of what is
 * missing.
 */
class CheckRepository {
    private static final List<String> ARTIFACTS =
            List.of("lime-bom", "lime", "lime-core", "lime-annotate", "lime-model", "lime-train");
    private static final List<String> REQUIRED =
            List.of(
                    "name",
                    "description",
                    "url",
                    "licenses/license/name",
                    "licenses/license/url",
                    "developers/developer/name",
                    "scm/connection",
                    "scm/url");
    private static final List<String> ATTACHED =
            List.of(".jar", "-sources.jar", "-javadoc.jar", "-cyclonedx.json");

    private final Path group;
    private final String version;
    private final List<String> problems = new ArrayList<>();
    private final Map<String, Element> poms = new TreeMap<>();
    private int files;
    private int signatures;

    CheckRepository(Path folder, String version) {
        group = folder.resolve("org/limelm");
        this.version = version;
    }

    public static void main(String[] args) throws Exception {
        CheckRepository check = new CheckRepository(Path.of(args[0]), args[1]);
        for (String artifact : ARTIFACTS) {
            check.artifact(artifact);
        }
        check.problems.forEach(problem -> System.err.println("release: " + problem));
        System.out.printf(
                "release: %d artifacts, %d files with checksums, %s%n",
                ARTIFACTS.size(),
                check.files,
                check.signatures == 0
                        ? "not signed, as MAVEN_GPG_KEY is not set (Maven Central requires it)"
                        : check.signatures + " signatures");
        System.exit(check.problems.isEmpty() ? 0 : 1);
    }

    private void artifact(String artifact) throws Exception {
        Path folder = group.resolve(artifact).resolve(version);
        String prefix = artifact + "-" + version;
        Element pom = pom(artifact);
        for (String path : REQUIRED) {
            require(!inherited(pom, path).isBlank(), prefix + ".pom has no " + path);
        }
        require(!Files.readString(folder.resolve(prefix + ".pom")).contains("-SNAPSHOT"),
                prefix + ".pom names a snapshot");
        if (text(pom, "packaging").isEmpty()) { // a jar
            for (String suffix : ATTACHED) {
                Path file = folder.resolve(prefix + suffix);
                require(Files.isRegularFile(file), file.getFileName() + " is missing");
                if (suffix.endsWith(".jar")) {
                    try (ZipFile jar = new ZipFile(file.toFile())) {
                        require(jar.size() > 5, file.getFileName() + " is empty");
                    }
                }
            }
        }
        checksums(folder);
    }

    private void checksums(Path folder) throws Exception {
        List<Path> found;
        try (Stream<Path> list = Files.list(folder)) {
            found = list.filter(file -> !file.toString().matches(".*\\.(md5|sha1|asc)")).toList();
        }
        for (Path file : found) {
            files++;
            for (String algorithm : List.of("MD5", "SHA-1")) {
                Path sum = Path.of(file + "." + algorithm.toLowerCase().replace("-", ""));
                require(
                        Files.exists(sum)
                                && Files.readString(sum).strip().equals(hash(file, algorithm)),
                        sum.getFileName() + " is missing or wrong");
            }
            boolean signed = Files.exists(Path.of(file + ".asc"));
            signatures += signed ? 1 : 0;
            require(signed || signatures == 0, file.getFileName() + " is not signed");
        }
    }

    private static String hash(Path file, String algorithm) throws Exception {
        MessageDigest digest = MessageDigest.getInstance(algorithm);
        byte[] hash = digest.digest(Files.readAllBytes(file));
        return String.format("%0" + 2 * hash.length + "x", new BigInteger(1, hash));
    }

    private Element pom(String artifact) throws Exception {
        if (!poms.containsKey(artifact)) {
            Path file = group.resolve(artifact + "/" + version + "/" + artifact + "-" + version + ".pom");
            if (!Files.isRegularFile(file)) {
                throw new IOException(file + " is missing");
            }
            poms.put(
                    artifact,
                    DocumentBuilderFactory.newInstance()
                            .newDocumentBuilder()
                            .parse(file.toFile())
                            .getDocumentElement());
        }
        return poms.get(artifact);
    }

    /** Returns the text at a path in a POM or in its parents; names are not inherited. */
    private String inherited(Element pom, String path) throws Exception {
        String own = text(pom, path);
        String parent = text(pom, "parent/artifactId");
        return own.isEmpty() && !parent.isEmpty() && !path.equals("name")
                ? inherited(pom(parent), path)
                : own;
    }

    private static String text(Element element, String path) {
        Element at = element;
        for (String name : path.split("/")) {
            Element child = null;
            for (Node node = at.getFirstChild(); node != null; node = node.getNextSibling()) {
                if (node instanceof Element found && found.getTagName().equals(name)) {
                    child = found;
                }
            }
            if (child == null) {
                return "";
            }
            at = child;
        }
        return at.getTextContent().strip();
    }

    private void require(boolean condition, String problem) {
        if (!condition) {
            problems.add(problem);
        }
    }
}
