using System.Text.Json;
using Assay.Chat;

namespace Assay.Llama;

/// <summary>
/// A JSON schema to a grammar: type, properties, required, additionalProperties, items, minItems, maxItems, enum, const, anyOf, minLength, maxLength,
/// and $ref to $defs or the whole. Keywords that only describe are passed over; every other one is refused by its name, for a schema that
/// is applied in part isn't the one that was asked for. Objects have their members in the schema's order, and no others than it names.
/// </summary>
internal sealed class SchemaCompiler
{
    private const int MaxSchemas = 2000, MaxCount = 10_000, MaxDepth = 60;

    private static readonly HashSet<string> Describing =
        new(StringComparer.Ordinal) { "$schema", "$id", "$comment", "$defs", "definitions", "title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly" };

    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "type", "properties", "required", "additionalProperties", "items", "minItems", "maxItems", "enum", "const", "anyOf", "minLength", "maxLength", "$ref",
    };

    private readonly JsonElement _root;
    private readonly string _param;
    private readonly Dictionary<string, Element.Reference> _named = new(StringComparer.Ordinal);
    private int _schemas;
    private ChatFault? _fault;

    private SchemaCompiler(JsonElement root, string param) => (_root, _param) = (root, param);

    /// <summary>Compiles a schema; null with the reason.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="param">The member of the request that it stands in, for the reason.</param>
    /// <param name="fault">Why not.</param>
    internal static Element? TryCompile(JsonElement schema, string param, out ChatFault? fault)
    {
        SchemaCompiler compiler = new(schema, param);
        Element element = compiler.Named("#");
        HashSet<Element> done = [];
        if (compiler._fault is null && compiler._named.Values.Any(reference => IsItself(reference, [], done)))
        {
            compiler.Refuse("$ref", "it refers to itself without anything between");
        }
        else if (compiler._fault is null && !Grammar.Settle(element))
        {
            compiler.Refuse("schema", "no value is valid by it");
        }

        fault = compiler._fault;
        return fault is null ? element : null;
    }

    // Each element is looked at once: those above it, and those that are done, are remembered.
    private static bool IsItself(Element element, HashSet<Element> above, HashSet<Element> done)
    {
        if (element is not (Element.Reference or Element.Either) || done.Contains(element))
        {
            return false;
        }

        if (!above.Add(element))
        {
            return true;
        }

        bool isItself = element is Element.Either either ? either.Options.Any(option => IsItself(option, above, done)) : IsItself(((Element.Reference)element).Target!, above, done);
        above.Remove(element);
        done.Add(element);
        return isItself;
    }

    private Element.Reference Named(string pointer)
    {
        if (_named.TryGetValue(pointer, out Element.Reference? reference))
        {
            return reference;
        }

        _named.Add(pointer, reference = new Element.Reference());
        JsonElement? target = _root;
        string[] steps = pointer.Split('/');
        if (steps[0] != "#" || (steps.Length > 1 && (steps.Length != 3 || steps[1] is not ("$defs" or "definitions"))))
        {
            target = null;
        }

        foreach (string step in steps.Skip(1))
        {
            string name = step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            target = target is { ValueKind: JsonValueKind.Object } inside && inside.TryGetProperty(name, out JsonElement found) ? found : null;
        }

        reference.Target = target is { } schema ? Schema(schema, 0) : Refuse("$ref", $"'{(pointer.Length <= 60 ? pointer : pointer[..60])}' isn't '#', or '#/$defs/NAME' of this schema");
        return reference;
    }

    private Element Schema(JsonElement schema, int depth)
    {
        if (_fault is not null || ++_schemas > MaxSchemas || depth > MaxDepth)
        {
            return Refuse("schema", "it is too large");
        }

        if (schema.ValueKind == JsonValueKind.True)
        {
            return JsonElements.Any;
        }

        if (schema.ValueKind != JsonValueKind.Object)
        {
            return Refuse("schema", "a schema must be an object");
        }

        foreach (JsonProperty keyword in schema.EnumerateObject())
        {
            if (!Known.Contains(keyword.Name) && !Describing.Contains(keyword.Name))
            {
                return Refuse(keyword.Name.Length <= 40 ? keyword.Name : keyword.Name[..40], "this keyword isn't supported");
            }
        }

        if (schema.TryGetProperty("$ref", out JsonElement pointer))
        {
            return pointer.ValueKind == JsonValueKind.String && Only(schema, "$ref") ? Named(pointer.GetString()!) : Refuse("$ref", "it must be a text, and stand alone");
        }

        if (schema.TryGetProperty("anyOf", out JsonElement any))
        {
            return any.ValueKind == JsonValueKind.Array && any.GetArrayLength() > 0 && Only(schema, "anyOf")
                ? new Element.Either([.. any.EnumerateArray().Select(option => Schema(option, depth + 1))])
                : Refuse("anyOf", "it must be an array of schemas, and stand alone");
        }

        if (schema.TryGetProperty("const", out JsonElement constant))
        {
            return Only(schema, "const", "type") ? Scalar(constant, schema) : Refuse("const", "it must stand alone");
        }

        if (schema.TryGetProperty("enum", out JsonElement list))
        {
            return list.ValueKind == JsonValueKind.Array && list.GetArrayLength() is > 0 and <= MaxSchemas && Only(schema, "enum", "type")
                ? new Element.Either([.. list.EnumerateArray().Select(item => Scalar(item, schema))])
                : Refuse("enum", "it must be an array of values, and stand alone");
        }

        if (!schema.TryGetProperty("type", out JsonElement type))
        {
            return schema.TryGetProperty("properties", out _) ? Typed("object", schema, depth)
                : schema.EnumerateObject().Any(static keyword => Known.Contains(keyword.Name)) ? Refuse("type", "it is missing") : JsonElements.Any;
        }

        return type.ValueKind switch
        {
            JsonValueKind.String => Typed(type.GetString()!, schema, depth),
            JsonValueKind.Array when type.GetArrayLength() is > 0 and < 8 && type.EnumerateArray().All(static item => item.ValueKind == JsonValueKind.String)
                => new Element.Either([.. type.EnumerateArray().Select(item => Typed(item.GetString()!, schema, depth))]),
            _ => Refuse("type", "it must be the name of a type, or an array of such"),
        };
    }

    private Element Typed(string type, JsonElement schema, int depth) => type switch
    {
        "string" => JsonElements.Text(Counts(schema, "Length").Min, Counts(schema, "Length").Max),
        "integer" => JsonElements.Integer,
        "number" => JsonElements.Number,
        "boolean" => JsonElements.Boolean,
        "null" => JsonElements.Null,
        "array" => JsonElements.List(
            schema.TryGetProperty("items", out JsonElement items) ? Schema(items, depth + 1) : JsonElements.Any, Counts(schema, "Items").Min, Counts(schema, "Items").Max),
        "object" => Object(schema, depth),
        _ => Refuse("type", "there is no such type"),
    };

    private Element Object(JsonElement schema, int depth)
    {
        bool isOpen = !schema.TryGetProperty("additionalProperties", out JsonElement additional) || additional.ValueKind == JsonValueKind.True;
        if (!isOpen && additional.ValueKind != JsonValueKind.False)
        {
            return Refuse("additionalProperties", "it must be true or false");
        }

        HashSet<string> required = new(StringComparer.Ordinal);
        if (schema.TryGetProperty("required", out JsonElement names))
        {
            if (names.ValueKind != JsonValueKind.Array || !names.EnumerateArray().All(name => name.ValueKind == JsonValueKind.String && required.Add(name.GetString()!)))
            {
                return Refuse("required", "it must be an array of names");
            }
        }

        List<(string, Element, bool)> members = [];
        if (schema.TryGetProperty("properties", out JsonElement properties))
        {
            if (properties.ValueKind != JsonValueKind.Object)
            {
                return Refuse("properties", "it must be an object");
            }

            foreach (JsonProperty property in properties.EnumerateObject())
            {
                members.Add((property.Name, Schema(property.Value, depth + 1), required.Remove(property.Name)));
            }
        }

        return required.Count > 0 ? Refuse("required", "it names a property that isn't among 'properties'")
            : members.Count == 0 && isOpen ? JsonElements.AnyObject : JsonElements.Object(members);
    }

    private Element Scalar(JsonElement value, JsonElement schema)
    {
        string[] types = !schema.TryGetProperty("type", out JsonElement type) ? []
            : type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray().Select(static item => item.ToString())] : [type.ToString()];
        (Element? element, string is1, string is2) = value.ValueKind switch
        {
            _ when ++_schemas > MaxSchemas => (null, "", ""),
            JsonValueKind.String => (JsonElements.Quoted(value.GetString()!), "string", ""),
            JsonValueKind.Number => (JsonElements.Exactly(value.GetRawText()), "number", value.TryGetInt64(out _) ? "integer" : ""),
            JsonValueKind.True or JsonValueKind.False => (JsonElements.Exactly(value.GetRawText()), "boolean", ""),
            JsonValueKind.Null => (JsonElements.Null, "null", ""),
            _ => (null, "", ""),
        };
        return element is null ? Refuse("enum", $"only texts, numbers, true, false and null are supported, {MaxSchemas:N0} in all")
            : types.Length > 0 && !types.Contains(is1) && !types.Contains(is2) ? Refuse("type", "a value of 'enum' or 'const' isn't of it") : element;
    }

    private (int Min, int Max) Counts(JsonElement schema, string what)
    {
        (int min, int max) = (Count(schema, "min" + what, 0), Count(schema, "max" + what, Element.Endless));
        if (min > max)
        {
            Refuse("min" + what, "it is more than the most");
        }

        return (min, Math.Max(min, max));
    }

    private int Count(JsonElement schema, string keyword, int missing)
    {
        if (!schema.TryGetProperty(keyword, out JsonElement value))
        {
            return missing;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int count) && count is >= 0 and <= MaxCount)
        {
            return count;
        }

        Refuse(keyword, $"it must be a whole number up to {MaxCount:N0}");
        return missing;
    }

    private static bool Only(JsonElement schema, params string[] names) =>
        schema.EnumerateObject().All(keyword => names.Contains(keyword.Name) || Describing.Contains(keyword.Name));

    private Element.Sequence Refuse(string keyword, string why)
    {
        _fault ??= new ChatFault(ChatCodes.Unsupported, $"The schema can't be applied: '{keyword}': {why}.", _param);
        return new Element.Sequence();
    }
}
