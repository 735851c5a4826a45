using System.Runtime.InteropServices;

namespace Assay.Llama;

/// <summary><c>llama_model_params</c> of llama.cpp 0.5, as far as it is set here; see <see cref="ContextParameters"/> for its size.</summary>
[StructLayout(LayoutKind.Explicit, Size = 512)]
internal struct ModelParameters
{
    [FieldOffset(16)]
    public int GpuLayers;

    /// <summary>Whether tensors' data are checked for values that aren't numbers.</summary>
    [FieldOffset(73)]
    public byte CheckTensors;

    [FieldOffset(74)]
    public byte ExtraBufferTypes;

    internal readonly bool AreExpectedDefaults => GpuLayers == -1 && CheckTensors == 0 && ExtraBufferTypes == 1;
}
