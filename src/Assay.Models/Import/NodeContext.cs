using System.Collections.Immutable;
using System.Globalization;
using Assay.Models.Graph;
using Onnx;
using AttributeType = Onnx.AttributeProto.Types.AttributeType;

namespace Assay.Models.Import;

/// <summary>A value while a file is imported: known now, or computed per item. Exactly one of the two is set.</summary>
internal sealed record ImportValue(Constant? Constant, FloatNode? Node)
{
    public static implicit operator ImportValue?(Constant? constant) => constant is null ? null : new(constant, null);

    public static implicit operator ImportValue?(FloatNode? node) => node is null ? null : new(null, node);
}

/// <summary>
/// One ONNX node being imported: its operands and attributes, and the first thing that was found wrong. After an error
/// every read returns a harmless default, so that an operator checks <see cref="Failed"/> once before it builds.
/// </summary>
internal sealed class NodeContext
{
    private readonly NodeProto _proto;
    private readonly ImportValue?[] _inputs;

    public NodeContext(NodeProto proto, ImportValue?[] inputs, int version, long? batch, ConstantBudget budget, long activations)
    {
        ActivationsLeft = activations;
        _proto = proto;
        _inputs = inputs;
        Version = version;
        BatchSize = batch;
        Budget = budget;
    }

    /// <summary>Version of the operator set.</summary>
    public int Version { get; }

    /// <summary>The fixed size of the batch dimension, null if symbolic.</summary>
    public long? BatchSize { get; }

    public ConstantBudget Budget { get; }

    /// <summary>Elements per item that results may still have.</summary>
    public long ActivationsLeft { get; }

    public ImportError? Error { get; private set; }

    public bool Failed => Error is not null;

    public string Operator => _proto.OpType;

    public string Name => NameOf(_proto);

    public int InputCount => _inputs.Length;

    public static string NameOf(NodeProto proto) =>
        Printable(proto.Name.Length != 0 ? proto.Name : proto.Output.Count != 0 ? proto.Output[0] : "(unnamed)");

    /// <summary>Names come from the file and go to terminals and logs.</summary>
    public static string Printable(string name)
    {
        Span<char> text = stackalloc char[Math.Min(name.Length, 120)];
        for (int i = 0; i < text.Length; i++)
        {
            text[i] = char.IsControl(name[i]) || char.IsSurrogate(name[i]) ? '?' : name[i];
        }

        return new string(text);
    }

    public ImportValue? Fail(string code, string message, string? hint = null)
    {
        Error ??= new ImportError(code, Name, Printable(Operator), message, hint);
        return null;
    }

    public bool Has(int index) => index < _inputs.Length && _inputs[index] is not null;

    /// <summary>Requires that the number of inputs lies in the interval and that the first <paramref name="least"/> are given.</summary>
    public bool Arity(int least, int most)
    {
        for (int i = 0; i < least; i++)
        {
            if (!Has(i))
            {
                Fail(OnnxErrors.Arity, $"input {i} is missing");
                return false;
            }
        }

        if (_inputs.Length > most)
        {
            Fail(OnnxErrors.Arity, $"it has {_inputs.Length} inputs, at most {most} are known");
        }

        return !Failed;
    }

    public ImportValue Input(int index) => _inputs[index]!;

    /// <summary>The operand that must be computed per item.</summary>
    public FloatNode? Activation(int index)
    {
        if (!Has(index) || Input(index).Node is null)
        {
            Fail(OnnxErrors.UnsupportedForm, $"input {index} must depend on the graph's inputs");
            return null;
        }

        return Input(index).Node;
    }

    /// <summary>The operand that must be known at import; null also if it is optional and absent (without an error).</summary>
    public Constant? Known(int index, string what, bool required = true)
    {
        if (!Has(index))
        {
            if (required)
            {
                Fail(OnnxErrors.Arity, $"input {index} ({what}) is missing");
            }

            return null;
        }

        if (Input(index).Constant is not { } constant)
        {
            Fail(OnnxErrors.UnsupportedForm, $"input {index} ({what}) must be a constant, here it depends on the graph's inputs", "export the model for inference, with its weights as initializers");
            return null;
        }

        return constant;
    }

    /// <summary>A known float operand, all finite unless said otherwise.</summary>
    public Constant? KnownFloats(int index, string what, bool required = true, bool finite = true)
    {
        Constant? constant = Known(index, what, required);
        if (constant is null)
        {
            return null;
        }

        if (!constant.IsFloat)
        {
            Fail(OnnxErrors.ElementType, $"input {index} ({what}) must hold floats", "export the model in float32, not quantised");
            return null;
        }

        if (finite && constant.Floats.AsSpan().ContainsAnyNotFinite())
        {
            Fail(OnnxErrors.NotFinite, $"input {index} ({what}) holds NaN or an infinity");
            return null;
        }

        return constant;
    }

    /// <summary>A known list of integers, of a limited length.</summary>
    public long[]? KnownIntegers(int index, string what, bool required = true)
    {
        Constant? constant = Known(index, what, required);
        if (constant is null)
        {
            return null;
        }

        if (constant.IsFloat || constant.Shape.Length > 1)
        {
            Fail(OnnxErrors.ElementType, $"input {index} ({what}) must be a list of integers");
            return null;
        }

        return constant.Integers;
    }

    public long Integer(string name, long otherwise) => Attribute(name, AttributeType.Int)?.I ?? otherwise;

    public float Float(string name, float otherwise)
    {
        float value = Attribute(name, AttributeType.Float)?.F ?? otherwise;
        if (float.IsNaN(value))
        {
            Fail(OnnxErrors.NotFinite, $"attribute '{name}' is NaN");
            return otherwise;
        }

        return value;
    }

    public string Text(string name, string otherwise) => Attribute(name, AttributeType.String)?.S.ToStringUtf8() ?? otherwise;

    public long[]? Integers(string name)
    {
        AttributeProto? attribute = Attribute(name, AttributeType.Ints);
        return attribute?.Ints.ToArray();
    }

    public AttributeProto? Attribute(string name, AttributeType type)
    {
        AttributeProto? found = null;
        foreach (AttributeProto attribute in _proto.Attribute)
        {
            if (attribute.Name != name)
            {
                continue;
            }

            if (found is not null)
            {
                Fail(OnnxErrors.Attribute, $"attribute '{name}' is given twice");
                return null;
            }

            found = attribute;
        }

        // Files older than IR version 3 leave the type undefined.
        if (found is not null && (found.RefAttrName.Length != 0 || (found.Type != type && found.Type != AttributeType.Undefined)))
        {
            Fail(OnnxErrors.Attribute, $"attribute '{name}' is not of type {type}");
            return null;
        }

        return found;
    }

    public bool HasAttribute(string name) => _proto.Attribute.Any(a => a.Name == name);

    /// <summary>An axis in [0, rank), negative ones counted from the end; -1 and an error if it is neither.</summary>
    public int Axis(long axis, int rank)
    {
        long positive = axis < 0 ? axis + rank : axis;
        if (positive < 0 || positive >= rank)
        {
            Fail(OnnxErrors.Shape, string.Create(CultureInfo.InvariantCulture, $"axis {axis} is outside a tensor of {rank} dimensions"));
            return -1;
        }

        return (int)positive;
    }

    /// <summary>Reserves memory for a constant or a layer's weights; false and an error if too little is left.</summary>
    public bool Take(long elements)
    {
        if (!Budget.TryTake(elements))
        {
            Fail(OnnxErrors.Limits, "constants and weights have more elements than the importer's limit");
            return false;
        }

        return true;
    }

    /// <summary>Checks a result's size before it is built; false and an error if it is empty or too large.</summary>
    public bool Fits(params ReadOnlySpan<long> dimensions)
    {
        long count = 1;
        foreach (long dimension in dimensions)
        {
            if (dimension < 1)
            {
                Fail(OnnxErrors.Shape, "its result would be empty");
                return false;
            }

            if (dimension > ActivationsLeft || (count *= dimension) > ActivationsLeft)
            {
                Fail(OnnxErrors.Limits, "values have more elements per item than the importer's limit");
                return false;
            }
        }

        return true;
    }

    /// <summary>The full shape as ONNX sees it, with -1 for a symbolic batch.</summary>
    public ImmutableArray<long> FullShape(FloatNode node) => [BatchSize ?? Constant.Batch, .. node.Shape.Select(d => (long)d)];
}
