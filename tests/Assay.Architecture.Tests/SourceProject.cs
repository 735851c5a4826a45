using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;
using Assay.Testing;

namespace Assay.Architecture.Tests;

/// <summary>A project of src as it is: its file, sources and compiled assembly.</summary>
internal sealed class SourceProject
{
    private SourceProject(string name)
    {
        Name = name;
        Folder = Path.Combine(Oracles.RepositoryRoot, "src", name);
        XDocument project = XDocument.Load(Path.Combine(Folder, name + ".csproj"));
        string assemblyName = project.Descendants("AssemblyName").SingleOrDefault()?.Value ?? name;
        References =
        [
            .. project.Descendants("ProjectReference")
                .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/'))),
        ];
        Sources =
        [
            .. Directory.EnumerateFiles(Folder, "*.cs", SearchOption.AllDirectories)
                .Where(file => !Path.GetRelativePath(Folder, file).Split('/', '\\').Any(part => part is "obj" or "bin")),
        ];

        using PEReader assembly = new(File.OpenRead(Path.Combine(AppContext.BaseDirectory, assemblyName + ".dll")));
        MetadataReader metadata = assembly.GetMetadataReader();
        AssemblyReferences =
        [
            .. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name)),
        ];
        TypeReferences =
        [
            .. metadata.TypeReferences.Select(metadata.GetTypeReference).Select(type =>
                metadata.GetString(type.Namespace) + "." + metadata.GetString(type.Name)),
        ];
        MemberReferences =
        [
            .. metadata.MemberReferences.Select(metadata.GetMemberReference)
                .Where(member => member.Parent.Kind == HandleKind.TypeReference)
                .Select(member =>
                {
                    TypeReference type = metadata.GetTypeReference((TypeReferenceHandle)member.Parent);
                    return $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}.{metadata.GetString(member.Name)}";
                }),
        ];
    }

    /// <summary>All of them, by name.</summary>
    public static IReadOnlyDictionary<string, SourceProject> All { get; } =
        Directory.EnumerateDirectories(Path.Combine(Oracles.RepositoryRoot, "src"))
            .Select(folder => Path.GetFileName(folder))
            .Where(name => File.Exists(Path.Combine(Oracles.RepositoryRoot, "src", name, name + ".csproj")))
            .ToDictionary(name => name, name => new SourceProject(name));

    public string Name { get; }

    public string Folder { get; }

    /// <summary>Names in the project file's ProjectReference items.</summary>
    public string[] References { get; }

    /// <summary>Full paths of the C# files.</summary>
    public string[] Sources { get; }

    /// <summary>Names of the assemblies that the compiled code refers to.</summary>
    public string[] AssemblyReferences { get; }

    /// <summary>Full names of the other assemblies' types that it refers to.</summary>
    public string[] TypeReferences { get; }

    /// <summary>Type and member names of the other assemblies' members that it refers to.</summary>
    public string[] MemberReferences { get; }

    /// <summary>The references, theirs, and so on.</summary>
    public IReadOnlySet<string> Closure()
    {
        HashSet<string> closure = [];
        Stack<string> open = new(References);
        while (open.TryPop(out string? name))
        {
            if (closure.Add(name))
            {
                foreach (string reference in All[name].References)
                {
                    open.Push(reference);
                }
            }
        }

        return closure;
    }
}
