namespace Assay.Programs;

/// <summary>Every code by which a program, a weights blob or an input is refused (spec/program.md, Refusals).</summary>
public static class ProgramErrorCodes
{
    /// <summary>A count or size is beyond <see cref="ProgramLimits"/>.</summary>
    public const string Limit = "program/limit";

    /// <summary>A name is empty, too long, not Unicode, or used twice.</summary>
    public const string Name = "program/name";

    /// <summary>A shape has no axis, too many, an empty one, or doesn't follow from the operands.</summary>
    public const string Shape = "program/shape";

    /// <summary>A range is empty, isn't the one that the operation gives, or isn't one that it takes.</summary>
    public const string Range = "program/range";

    /// <summary>A value, weight tensor or table that doesn't exist, or a value that isn't computed yet.</summary>
    public const string Reference = "program/reference";

    /// <summary>A weight tensor's element type or shape doesn't fit the operation.</summary>
    public const string WeightTensor = "program/weight-tensor";

    /// <summary>A table's length or entries don't fit the operation.</summary>
    public const string Table = "program/table";

    /// <summary>A shift, multiplier, stride, dilation, pad, kernel, group count, axis, place or count is not allowed.</summary>
    public const string Parameter = "program/parameter";

    /// <summary>A channel axis, offset, multiplier or scale of the boundary is not allowed.</summary>
    public const string Boundary = "program/boundary";

    /// <summary>The accumulator rule is broken.</summary>
    public const string Bounds = "program/bounds";

    /// <summary>The weights blob hasn't the length that the program declares.</summary>
    public const string BlobLength = "program/blob-length";

    /// <summary>The bytes name another profile than <c>fixed-point/v1</c>.</summary>
    public const string Profile = "program/profile";

    /// <summary>An operation or an enumerated field has a number without meaning.</summary>
    public const string Unknown = "program/unknown";

    /// <summary>An input element is NaN or infinite.</summary>
    public const string NotFinite = "boundary/not-finite";

    /// <summary>An input element is out of its declared range, and the input's rule is to refuse.</summary>
    public const string OutOfRange = "boundary/out-of-range";
}
