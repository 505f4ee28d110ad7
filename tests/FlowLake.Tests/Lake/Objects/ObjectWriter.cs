using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using FlowLake.Lake.Objects;

namespace FlowLake.Tests.Lake.Objects;

/// <summary>Other processes that write into a directory store.</summary>
internal static class ObjectWriter
{
    public const string Race = "objects-race";
    public const string Endless = "objects-endless";

    /// <summary>Arguments: folder, own name, number of keys. Waits for a line on its input, then puts every key if absent and prints the keys it won.</summary>
    public static async Task<int> RaceAsync(string[] arguments)
    {
        using IObjectStore store = ObjectStores.Open(arguments[0]);
        Console.WriteLine("ready");
        Console.ReadLine();
        for (int index = 0; index < int.Parse(arguments[2], CultureInfo.InvariantCulture); index++)
        {
            if (await store.PutIfAbsentAsync(Key(index), Encoding.UTF8.GetBytes(arguments[1])) is PutOutcome.Created)
                Console.WriteLine(Key(index));
        }
        return 0;
    }

    /// <summary>Arguments: folder. Puts objects of a megabyte that carry their own hash, in both ways, a line on its output for each, until it is killed.</summary>
    public static async Task<int> WriteEndlesslyAsync(string[] arguments)
    {
        using IObjectStore store = ObjectStores.Open(arguments[0]);
        for (int number = 0; ; number++)
        {
            byte[] content = Hashed(1 << 20);
            await store.PutAsync($"replaced/{number % 3}", content);
            await store.PutIfAbsentAsync($"created/{number}/{Guid.NewGuid():N}", content);
            Console.WriteLine(number);
        }
    }

    public static string Key(int index) => $"race/{index:D4}";

    public static bool IsWhole(byte[] content) =>
        content.Length > SHA256.HashSizeInBytes && SHA256.HashData(content.AsSpan(SHA256.HashSizeInBytes)).AsSpan().SequenceEqual(content.AsSpan(0, SHA256.HashSizeInBytes));

    private static byte[] Hashed(int length)
    {
        byte[] content = RandomNumberGenerator.GetBytes(length);
        SHA256.HashData(content.AsSpan(SHA256.HashSizeInBytes)).CopyTo(content, 0);
        return content;
    }
}
