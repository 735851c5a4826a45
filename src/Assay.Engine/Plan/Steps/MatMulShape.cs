namespace Assay.Engine.Plan.Steps;

/// <summary>One product of a matrix product: [M,K] by [K,N].</summary>
/// <param name="RowB">Elements from one row of the second operand to the next.</param>
/// <param name="ColumnB">Elements from one of its columns to the next.</param>
internal readonly record struct MatMulShape(int M, int K, int N, int RowB, int ColumnB);
