using System.Security.Cryptography;
using Assay.Testing;

namespace Assay.OnnxRuntime.Tests;

public sealed class FloatRuntimeTests
{
    [Fact]
    public void A_missing_library_is_an_error_that_names_the_script()
    {
        OnnxRuntimeException missing = Assert.Throws<OnnxRuntimeException>(() => FloatRuntime.Load(Path.Combine(Path.GetTempPath(), "no-such-library.so")));
        Assert.Equal(FloatErrors.NotInstalled, missing.Code);
        Assert.Contains("eng/onnxruntime.sh", missing.Hint, StringComparison.Ordinal);
        Assert.Null(OnnxRuntimeLibrary.Find(Path.Combine(Path.GetTempPath(), "no-such-library.so")));
    }

    [OracleFact(Oracle.OnnxRuntime)]
    public void A_file_that_isnt_the_library_is_an_error()
    {
        _ = Sessions.Runtime;
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "not a library");
            Assert.Equal(FloatErrors.Library, Assert.Throws<OnnxRuntimeException>(() => FloatRuntime.Load(file)).Code);
            Assert.Equal(FloatErrors.Library, Assert.Throws<OnnxRuntimeException>(() => new OrtApi(file)).Code);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [OracleFact(Oracle.OnnxRuntime)]
    public void Receipts_can_name_the_build()
    {
        FloatRuntime runtime = Sessions.Runtime;
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(runtime.Path))), runtime.Digest.ToString());
        Assert.Equal($"onnxruntime/{runtime.Version} sha256:{runtime.Digest} opt=basic threads=1", runtime.Backend);
        Assert.Contains(runtime.InstructionSet, new[] { "avx512", "avx2", "avx", "sse", "neon" });
        Assert.Same(runtime, FloatRuntime.Load());
    }
}
