namespace Assay.Models.Data;

/// <summary>Element types of <see cref="NpyArray"/>.</summary>
public enum NpyType
{
    Float32,
    Float64,
    UInt8,
    Int32,
    Int64,
}
