using System.Collections.Immutable;
using System.Globalization;
using Assay.Models.Graph;
using Onnx;
using AttributeType = Onnx.AttributeProto.Types.AttributeType;

namespace Assay.Models.Import;

/// <summary>
/// One ONNX node being imported: its operands and attributes, and the first thing that was found wrong. After an error
/// every read returns a harmless default, so that an operator checks <see cref="Failed"/> once before it builds.
/// </summary>
internal sealed partial class NodeContext
{
    private readonly NodeProto _proto;
    private readonly ImportValue?[] _inputs;

    private readonly ImportScope _scope;
    private readonly ImportValue?[] _outputs;
    private readonly bool[] _read;

    public NodeContext(NodeProto proto, ImportValue?[] inputs, ImportScope scope, bool hidden)
    {
        _proto = proto;
        _inputs = inputs;
        _scope = scope;
        _outputs = new ImportValue?[Math.Max(1, proto.Output.Count)];
        _read = new bool[proto.Attribute.Count];
        Hidden = hidden;
    }

    /// <summary>Version of the operator set.</summary>
    public int Version => _scope.Run.Version;

    /// <summary>The fixed size of the batch dimension, null if symbolic.</summary>
    public long? BatchSize => _scope.Run.Batch;

    /// <summary>True if the first dimension of every computed value is the batch, which is outside the graph.</summary>
    public bool Hidden { get; }

    /// <summary>Dimensions of a full shape before those of an item.</summary>
    public int Offset => Hidden ? 1 : 0;

    public ImportBudget Budget => _scope.Run.Budget;

    /// <summary>The outputs that the operator set, in the file's order; the first is what it returned.</summary>
    public ReadOnlySpan<ImportValue?> Outputs => _outputs;

    public ImportError? Error { get; private set; }

    public bool Failed => Error is not null || Reported;

    /// <summary>True if what failed is in a subgraph and reported already.</summary>
    public bool Reported { get; set; }

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

    /// <summary>The operand that must be computed per item, with its shape.</summary>
    public ImportValue? Computed(int index) => Activation(index) is null ? null : Input(index);

    /// <summary>A known operand of one number, float or integer; the default, without an error, if it is absent.</summary>
    public double Number(int index, string what, double otherwise)
    {
        if (Known(index, what, required: false) is not { } constant)
        {
            return otherwise;
        }

        if (constant.Count != 1 || double.IsNaN(constant.Floats?[0] ?? 0) || constant.Integers is [Import.Constant.Batch])
        {
            Fail(OnnxErrors.Shape, $"'{what}' is not one number");
            return otherwise;
        }

        return constant.Floats?[0] ?? constant.Integers![0];
    }

    /// <summary>A known operand's elements as floats; null and an error if they depend on the batch's size.</summary>
    public float[]? Numbers(Constant constant)
    {
        if (constant.Floats is { } floats)
        {
            return floats;
        }

        if (Array.IndexOf(constant.Integers!, Import.Constant.Batch) >= 0)
        {
            Fail(OnnxErrors.Batch, "it computes with the batch's size", "export with a fixed batch of 1, or reshape with 0 or -1 for the batch");
            return null;
        }

        return Take(constant.Count) ? Array.ConvertAll(constant.Integers!, i => (float)i) : null;
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
        for (int i = 0; i < _read.Length; i++)
        {
            AttributeProto attribute = _proto.Attribute[i];
            if (attribute.Name != name)
            {
                continue;
            }

            _read[i] = true;
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

    public bool HasAttribute(string name)
    {
        bool has = false;
        for (int i = 0; i < _read.Length; i++)
        {
            bool named = _proto.Attribute[i].Name == name;
            _read[i] |= named;
            has |= named;
        }

        return has;
    }

    /// <summary>Refuses the node if it has an attribute that nothing has read, so that none is ignored unknowingly.</summary>
    public void RefuseUnread()
    {
        for (int i = 0; i < _read.Length && !Failed; i++)
        {
            string name = _proto.Attribute[i].Name;
            if (!_read[i] && !Operators.IrrelevantAttributes.Contains(_proto.OpType, name))
            {
                Fail(OnnxErrors.Attribute, $"attribute '{Printable(name)}' is not known for this operator in version {Version}", "the model without it, or in the operator set that has it");
            }
        }
    }

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

    /// <summary>Checks the length of an axis whose places are listed one by one.</summary>
    public bool FitsList(long length)
    {
        if (length > 1 << 20)
        {
            Fail(OnnxErrors.Limits, "an axis of more than 2^20 places is put together one by one");
        }

        return !Failed && Fits(length);
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

            if (dimension > Budget.LargestValue || (count *= dimension) > Budget.LargestValue)
            {
                Fail(OnnxErrors.Limits, "values have more elements per item than the importer's limit", Smaller);
                return false;
            }
        }

        return true;
    }

    /// <summary>The full shape as ONNX sees it; a symbolic batch is <see cref="Constant.Batch"/>.</summary>
    public ImmutableArray<long> FullShape(ImportValue value)
    {
        IEnumerable<long> item = value.Item.Select(d => (long)d);
        return value.Node is not null && Hidden ? [BatchSize ?? Constant.Batch, .. item] : [.. item];
    }

    /// <summary>The axis of an item that an axis of its full shape is; -1 and an error if it is the batch or none.</summary>
    public int ItemAxis(long axis, ImportValue value)
    {
        int full = Axis(axis, value.Item.Length + Offset);
        if (!Failed && full < Offset)
        {
            Fail(OnnxErrors.Batch, "it works along axis 0, which is the batch", "another axis");
        }

        return Failed ? -1 : full - Offset;
    }

    /// <summary>True if some node or the graph uses this output.</summary>
    public bool Wants(int output) => output < _proto.Output.Count && _proto.Output[output].Length != 0;

    /// <summary>Outputs that the node names.</summary>
    public int OutputCount => _proto.Output.Count;

    /// <summary>Sets an output.</summary>
    public void Set(int output, ImportValue? value)
    {
        if (output < _outputs.Length)
        {
            _outputs[output] = value;
        }
    }

    /// <summary>Imports a subgraph in place, with the names around this node; null and an error if that fails.</summary>
    public ImportValue?[]? Subgraph(string attribute)
    {
        if (Attribute(attribute, AttributeType.Graph)?.G is not { } graph)
        {
            Fail(OnnxErrors.Attribute, $"attribute '{attribute}' is missing");
            return null;
        }

        return _scope.Run.Nested(this, graph, _scope);
    }
}
