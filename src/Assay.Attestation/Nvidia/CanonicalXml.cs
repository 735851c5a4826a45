using System.Text;
using System.Xml;

namespace Assay.Attestation;

/// <summary>
/// Canonical XML 1.1 without comments (W3C xml-c14n11) of documents that have no DTD, no processing instructions and no attributes of
/// the xml namespace: where those are missing, it is the same as version 1.0. The framework's own is in a package that reaches for
/// process-wide settings; this is what manifests need of it.
/// </summary>
internal static class CanonicalXml
{
    private const string NamespaceOfNamespaces = "http://www.w3.org/2000/xmlns/";
    private const string NamespaceOfXml = "http://www.w3.org/XML/1998/namespace";

    /// <summary>The canonical form, UTF-8.</summary>
    /// <param name="apex">The element at the top; it brings the declarations that are in force around it.</param>
    /// <param name="without">An element to leave out with all that is in it; null for none.</param>
    internal static byte[] Of(XmlElement apex, XmlElement? without)
    {
        StringBuilder text = new();
        Write(apex, without, [], text);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Write(XmlElement element, XmlElement? without, Dictionary<string, string> written, StringBuilder text)
    {
        text.Append('<').Append(element.Name);
        Dictionary<string, string> here = new(written, StringComparer.Ordinal);
        foreach ((string prefix, string uri) in InForce(element).OrderBy(static pair => pair.Key, StringComparer.Ordinal))
        {
            // An empty default says nothing unless it takes another one back.
            if ((here.TryGetValue(prefix, out string? known) ? known : string.Empty) != uri)
            {
                here[prefix] = uri;
                text.Append(prefix.Length == 0 ? " xmlns" : " xmlns:").Append(prefix).Append("=\"");
                Attribute(uri, text);
                text.Append('"');
            }
        }

        IEnumerable<XmlAttribute> attributes = element.Attributes.Cast<XmlAttribute>().Where(static attribute => attribute.NamespaceURI != NamespaceOfNamespaces)
            .OrderBy(static attribute => attribute.NamespaceURI, StringComparer.Ordinal).ThenBy(static attribute => attribute.LocalName, StringComparer.Ordinal);
        foreach (XmlAttribute attribute in attributes)
        {
            text.Append(' ').Append(attribute.Name).Append("=\"");
            Attribute(attribute.Value, text);
            text.Append('"');
        }

        text.Append('>');
        foreach (XmlNode child in element.ChildNodes)
        {
            if (child is XmlElement inner && inner != without)
            {
                Write(inner, without, here, text);
            }
            else if (child is XmlCharacterData data and not XmlComment)
            {
                Characters(data.Data, text);
            }
        }

        text.Append("</").Append(element.Name).Append('>');
    }

    private static Dictionary<string, string> InForce(XmlElement element)
    {
        Dictionary<string, string> found = new(StringComparer.Ordinal);
        for (XmlNode? node = element; node is XmlElement scope; node = node.ParentNode)
        {
            foreach (XmlAttribute attribute in scope.Attributes)
            {
                if (attribute.NamespaceURI == NamespaceOfNamespaces)
                {
                    found.TryAdd(attribute.Prefix.Length == 0 ? string.Empty : attribute.LocalName, attribute.Value);
                }
            }
        }

        found.Remove("xml");
        return found;
    }

    private static void Attribute(string value, StringBuilder text)
    {
        foreach (char c in value)
        {
            _ = c switch
            {
                '&' => text.Append("&amp;"),
                '<' => text.Append("&lt;"),
                '"' => text.Append("&quot;"),
                '\t' => text.Append("&#x9;"),
                '\n' => text.Append("&#xA;"),
                '\r' => text.Append("&#xD;"),
                _ => text.Append(c),
            };
        }
    }

    private static void Characters(string value, StringBuilder text)
    {
        foreach (char c in value)
        {
            _ = c switch
            {
                '&' => text.Append("&amp;"),
                '<' => text.Append("&lt;"),
                '>' => text.Append("&gt;"),
                '\r' => text.Append("&#xD;"),
                _ => text.Append(c),
            };
        }
    }

    /// <summary>Whether a document has nothing but what this class knows, and isn't deeper or larger than it should be.</summary>
    internal static bool Knows(XmlElement element, int depth)
    {
        if (depth > MaxDepth || element.Attributes.Cast<XmlAttribute>().Any(static attribute => attribute.NamespaceURI == NamespaceOfXml))
        {
            return false;
        }

        foreach (XmlNode child in element.ChildNodes)
        {
            bool known = child is XmlElement inner ? Knows(inner, depth + 1) : child is XmlCharacterData and not XmlCDataSection;
            if (!known)
            {
                return false;
            }
        }

        return true;
    }

    private const int MaxDepth = 16;
}
