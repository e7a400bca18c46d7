package io.nesteddocker.docs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** A POM file of the project. */
record Pom(Document document) {

    private static final Pattern PROPERTY = Pattern.compile("\\$\\{([^}]+)}");

    /**
     * Reads a POM.
     *
     * @param folder the folder of the module, relative to the root of the project, or an empty text for the parent
     */
    static Pom of(String folder) {
        Path file = Pages.ROOT.resolve(folder).resolve("pom.xml");
        try {
            return new Pom(
                    DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile()));
        } catch (IOException | SAXException | ParserConfigurationException e) {
            throw new IllegalStateException("reading " + file + " failed: " + e.getMessage(), e);
        }
    }

    /** Returns the text of the first element at an XPath below {@code project}, or an empty text if there is none. */
    String value(String path) {
        List<String> values = values(path);
        return values.isEmpty() ? "" : values.get(0);
    }

    /** Returns the texts of all elements at an XPath below {@code project}. */
    List<String> values(String path) {
        try {
            NodeList nodes = (NodeList) XPathFactory.newInstance()
                    .newXPath()
                    .evaluate("/project/" + path, document, XPathConstants.NODESET);
            List<String> values = new ArrayList<>();
            for (int i = 0; i < nodes.getLength(); i++) {
                values.add(nodes.item(i).getTextContent().strip());
            }
            return values;
        } catch (XPathExpressionException e) {
            throw new IllegalArgumentException(path, e);
        }
    }

    /** Replaces each property in a text by its value in this POM. */
    String resolved(String text) {
        return PROPERTY.matcher(text).replaceAll(name -> Matcher.quoteReplacement(property(name.group(1))));
    }

    private String property(String name) {
        return name.equals("project.version") ? value("version") : value("properties/*[name()='" + name + "']");
    }
}
