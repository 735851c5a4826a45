namespace Assay.Programs;

/// <summary>Element type of a weight tensor. The numbers are encoded.</summary>
public enum WeightType
{
    I8 = 0,
    I16 = 1,
    I32 = 2,
}
