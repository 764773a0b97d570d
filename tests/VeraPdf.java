import java.io.FileInputStream;
import java.io.InputStream;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.Profiles;
import org.verapdf.pdfa.validation.profiles.Rule;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;
import org.verapdf.pdfa.validation.profiles.Variable;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Validates files with veraPDF's own engine and profiles: prints a line for each file and standard,
 * its name, the standard and the number of rules failed; each failed rule on standard error.
 *
 * The profiles are read here because veraPDF's own reader of them needs JAXB, which no JDK has.
 */
public class VeraPdf {
    public static void main(String[] files) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        ValidationProfile[] profiles = {
            profile(PDFAFlavour.PDFUA_1, "PDFUA-1"), profile(PDFAFlavour.PDFA_3_A, "PDFA-3A")
        };
        for (String file : files) {
            for (ValidationProfile profile : profiles) {
                validate(file, profile);
            }
        }
    }

    private static void validate(String file, ValidationProfile profile) throws Exception {
        PDFAFlavour flavour = profile.getPDFAFlavour();
        try (FileInputStream input = new FileInputStream(file);
                PDFAParser parser = Foundries.defaultInstance().createParser(input, flavour)) {
            ValidationResult result =
                Foundries.defaultInstance().createValidator(profile, false).validate(parser);
            result.getFailedChecks().forEach((rule, times) -> System.err.println(
                file + ": " + rule.getSpecification() + ", clause " + rule.getClause() + ", test "
                + rule.getTestNumber() + ": failed " + times + " times"));
            System.out.println(
                file + "\t" + flavour.getId() + "\t" + result.getFailedChecks().size());
        }
    }

    private static ValidationProfile profile(PDFAFlavour flavour, String name) throws Exception {
        String resource = "/org/verapdf/pdfa/validation/" + name + ".xml";
        Document document;
        try (InputStream input = Profiles.class.getResourceAsStream(resource)) {
            document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(input);
        }
        Set<Rule> rules = new HashSet<>();
        for (Element rule : elements(document.getDocumentElement(), "rule")) {
            Element id = elements(rule, "id")[0];
            rules.add(Profiles.ruleFromValues(
                Profiles.ruleIdFromValues(
                    PDFAFlavour.Specification.valueOf(id.getAttribute("specification")),
                    id.getAttribute("clause"), Integer.parseInt(id.getAttribute("testNumber"))),
                rule.getAttribute("object"),
                rule.hasAttribute("deferred") ? Boolean.valueOf(rule.getAttribute("deferred")) : null,
                rule.getAttribute("tags"), text(rule, "description"), text(rule, "test"),
                Profiles.errorFromValues(text(rule, "message"), List.of()), List.of()));
        }
        Set<Variable> variables = new HashSet<>();
        for (Element variable : elements(document.getDocumentElement(), "variable")) {
            variables.add(Profiles.variableFromValues(
                variable.getAttribute("name"), variable.getAttribute("object"),
                text(variable, "defaultValue"), text(variable, "value")));
        }
        return Profiles.profileFromValues(
            flavour, Profiles.profileDetailsFromValues(name, name, "veraPDF", new Date(0)), "",
            rules, variables);
    }

    private static Element[] elements(Element within, String name) {
        NodeList found = within.getElementsByTagName(name);
        Element[] elements = new Element[found.getLength()];
        for (int place = 0; place < elements.length; place++) {
            elements[place] = (Element) found.item(place);
        }
        return elements;
    }

    private static String text(Element within, String name) {
        Element[] found = elements(within, name);
        return found.length == 0 ? "" : found[0].getTextContent();
    }
}
