using System.Globalization;
using System.Text;
using Assay.Models.Quantization;
using Assay.Models.Registration;
using Assay.Programs;
using Google.Protobuf;

namespace Assay.Models.Benchmarks;

/// <summary>
/// Six networks of well-known shapes with random weights of realistic size, for measuring provers and engines. They are written as
/// ONNX files and pass importer and quantiser (12 bits for weights and activations) as a user's model would. The same bytes, and so
/// the same ModelIds, on every machine.
/// </summary>
public static class BenchmarkModels
{
    private const int CalibrationItems = 8;

    /// <summary>In order of growing work: <c>mlp</c> (784-128-10), <c>lenet5</c>, <c>cnn</c> (264k parameters, 3x32x32), <c>dense4m</c>
    /// (four layers 1024x1024), <c>resnet18</c> and <c>vgg16</c> (both for 3x32x32).</summary>
    public static IReadOnlyList<string> Names { get; } = ["mlp", "lenet5", "cnn", "dense4m", "resnet18", "vgg16"];

    /// <summary>The ONNX file of a network.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="ArgumentException">There is no such network.</exception>
    public static byte[] Onnx(string name) => Network(name).File.ToByteArray();

    /// <summary>The exact program with its weights; seconds for the largest.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="progress">Told in words what is being done.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="ArgumentException">There is no such network.</exception>
    public static ExactModel Compile(string name, IProgress<string>? progress = null, CancellationToken cancellation = default)
    {
        NetworkWriter network = Network(name);
        RegistrationRequest request = RegistrationRequest.Single(network.File.ToByteArray(), Calibration(network.InputShape)) with
        {
            // The widths that a model starts from, without a search: random weights have no accuracy to keep.
            Options = new QuantizerOptions { Narrow = false },
            AcceptFidelity = true,
        };
        RegistrationResult result = ModelRegistration.Register(request, progress, cancellation);
        return result.Model ?? throw new InvalidOperationException($"The benchmark model {name}: {result.Errors[0].Message}");
    }

    private static NetworkWriter Network(string name) => name switch
    {
        "mlp" => Mlp(),
        "lenet5" => LeNet5(),
        "cnn" => Cnn(),
        "dense4m" => Dense4M(),
        "resnet18" => ResNet18(),
        "vgg16" => Vgg16(),
        _ => throw new ArgumentException($"No benchmark model '{name}'.", nameof(name)),
    };

    private static NetworkWriter Mlp()
    {
        NetworkWriter net = new(1, 784);
        net.Linear(128).Relu().Linear(10);
        return net;
    }

    // LeCun et al. 1998 with 28x28 inputs padded by two, average pools, and Relu for its scaled tanh.
    private static NetworkWriter LeNet5()
    {
        NetworkWriter net = new(2, 1, 28, 28);
        net.Conv(6, 5, pad: 2).Relu().AveragePool().Conv(16, 5, pad: 0).Relu().AveragePool();
        net.Flatten().Linear(120).Relu().Linear(84).Relu().Linear(10);
        return net;
    }

    private static NetworkWriter Cnn()
    {
        NetworkWriter net = new(3, 3, 32, 32);
        foreach (int channels in new[] { 32, 64, 64 })
        {
            net.Conv(channels, 3, pad: 1).Relu().MaxPool();
        }

        net.Flatten().Linear(200).Relu().Linear(10);
        return net;
    }

    private static NetworkWriter Dense4M()
    {
        NetworkWriter net = new(4, 1024);
        net.Linear(1024).Relu().Linear(1024).Relu().Linear(1024).Relu().Linear(1024);
        return net;
    }

    // He et al. 2016 as it is used for CIFAR: a 3x3 stem without pool, four stages of two basic blocks.
    private static NetworkWriter ResNet18()
    {
        NetworkWriter net = new(5, 3, 32, 32);
        net.Conv(64, 3, pad: 1).Normalize().Relu();
        foreach ((int channels, int stride) in new[] { (64, 1), (128, 2), (256, 2), (512, 2) })
        {
            net.BasicBlock(channels, stride).BasicBlock(channels, 1);
        }

        net.GlobalAveragePool().Flatten().Linear(10);
        return net;
    }

    // Simonyan and Zisserman 2015, configuration D, as it is used for CIFAR: batch norms, one linear layer at the end.
    private static NetworkWriter Vgg16()
    {
        NetworkWriter net = new(6, 3, 32, 32);
        foreach ((int channels, int convolutions) in new[] { (64, 2), (128, 2), (256, 3), (512, 3), (512, 3) })
        {
            for (int i = 0; i < convolutions; i++)
            {
                net.Conv(channels, 3, pad: 1).Normalize().Relu();
            }

            net.MaxPool();
        }

        net.Flatten().Linear(10);
        return net;
    }

    /// <summary>A .npy file of inputs between 0 and 1, as pictures have them.</summary>
    private static byte[] Calibration(int[] shape)
    {
        string lengths = string.Join(", ", shape.Select(static d => d.ToString(CultureInfo.InvariantCulture)));
        string header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({CalibrationItems}, {lengths},), }}\n";
        Random random = new(7);
        byte[] values = new byte[4 * CalibrationItems * shape.Aggregate(1, static (a, b) => a * b)];
        for (int i = 0; i < values.Length; i += 4)
        {
            BitConverter.TryWriteBytes(values.AsSpan(i), (float)random.NextDouble());
        }

        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, (byte)(header.Length >> 8), .. Encoding.ASCII.GetBytes(header), .. values];
    }
}
