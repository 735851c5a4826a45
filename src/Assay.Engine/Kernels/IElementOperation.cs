using Assay.Engine.Simd;

namespace Assay.Engine.Kernels;

/// <summary>What an operation does with two vectors of int16, before the clamp. A struct, so that it is inlined into the loop.</summary>
internal interface IElementOperation<TS, TV>
    where TS : struct, ISimd<TV>
    where TV : unmanaged
{
    TV Apply(TV a, TV b);
}
